/** What some phones call every photo that they take for a page. */
const ALL_ALIKE = /^image(\.\w+)$/i;

/** What an input that opens the camera asks for, of what may be uploaded; empty where no photo may be. */
export function photoTypes(allowed: readonly string[]): string {
  if (allowed.includes('*/*')) return 'image/*';
  return allowed.filter((type) => type === 'image/*' || type === 'image/jpeg').join(',');
}

/** A photo under a name of its own, which `named` makes of the time: else the next one would be taken for a newer version of it. */
export function photo(file: File, named: (time: string) => string): File {
  const [, extension] = ALL_ALIKE.exec(file.name) ?? [];
  if (!extension) return file;
  const { type, lastModified } = file;
  return new File([file], named(stamp(new Date(lastModified))) + extension, { type, lastModified });
}

/** A local time that may stand in a name, in the order of time: 2026-11-27 22.05.33. */
function stamp(time: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(two).join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join('.')}`;
}
