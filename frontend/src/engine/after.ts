/**
 * Milliseconds that an answer asks to wait (Retry-After): seconds, or a date, held to the answer's own `Date` where that can
 * be read. Undefined where it asks for nothing. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfter(value: string | null | undefined, date?: string | null): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const until = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  const answered = Date.parse(date ?? '');
  if (Number.isNaN(until)) return undefined;
  return Math.max(0, until - (Number.isNaN(answered) ? Date.now() : answered));
}
