const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in binary units, with three significant digits, as a reader of `language` writes numbers. */
export function formatBytes(size: number, language: string): string {
  let step = 0;
  let value = size;
  while (value >= 1023.5 && step < units.length - 1) {
    value /= 1024;
    step++;
  }
  const digits = step === 0 ? {} : { maximumSignificantDigits: value >= 1000 ? 4 : 3 };
  return `${new Intl.NumberFormat(language, digits).format(value)} ${units[step]}`;
}
