/** Does something; whoever leaves the page meanwhile is asked, as during an upload: half of it would be done. */
export async function staying<T>(act: () => Promise<T>): Promise<T> {
  const ask = (event: Event) => event.preventDefault();
  addEventListener('beforeunload', ask);
  try {
    return await act();
  } finally {
    removeEventListener('beforeunload', ask);
  }
}
