import { answer, type Question } from './reading.ts';

/** The worker that reads and checksums, so that the page's thread does not. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ id: number; question: Question }>) => void;
  postMessage(message: unknown, transfer: Transferable[]): void;
};

scope.onmessage = async ({ data: { id, question } }) => {
  try {
    const read = await answer(question);
    scope.postMessage({ id, read }, typeof read === 'bigint' ? [] : [read.bytes]);
  } catch (error) {
    const { name, message } = error as Error;
    scope.postMessage({ id, error: { name, message } }, []);
  }
};
