/** What an error says that may be none: Uppy hands over plain objects. */
export function words(error: unknown): string {
  if (typeof error === 'string') return error;
  const { message, name } = (error ?? {}) as Partial<Record<'message' | 'name', unknown>>;
  if (typeof message === 'string' && message) return message;
  if (typeof name === 'string' && name) return name;
  return typeof error === 'object' && error ? JSON.stringify(error) : String(error);
}
