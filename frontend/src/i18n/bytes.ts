const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Made once: to make one takes as long as to draw a row. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(language: string, digits: number): Intl.NumberFormat {
  const name = `${language} ${digits}`;
  const known =
    formats.get(name) ?? new Intl.NumberFormat(language, digits ? { maximumSignificantDigits: digits } : {});
  formats.set(name, known);
  return known;
}

/** Bytes in binary units, with three significant digits, as a reader of `language` writes numbers. */
export function formatBytes(size: number, language: string): string {
  let step = 0;
  let value = size;
  while (value >= 1023.5 && step < units.length - 1) {
    value /= 1024;
    step++;
  }
  // A speed may be a broken number of bytes.
  if (step === 0) return `${formatOf(language, 0).format(Math.round(value))} ${units[0]}`;
  return `${formatOf(language, value >= 1000 ? 4 : 3).format(value)} ${units[step]}`;
}
