import { formatBytes } from './bytes.ts';

/**
 * Stands in the build for the package from which Uppy takes the sizes that it shows (see vite.config.ts). That one calls
 * 1024 bytes "KB"; on one page with the list below a file must not have two sizes.
 */
export function prettierBytes(size: number): string {
  return formatBytes(size, document.documentElement.lang);
}
