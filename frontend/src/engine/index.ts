/** The upload engine: no page, no Uppy. Needs Blob, fetch, XMLHttpRequest, Worker and crypto.subtle. */
export { type Answer, Api } from './api.ts';
export type { SmallFiles } from './batch.ts';
export type { Pass } from './caller.ts';
export { systemClock } from './clock.ts';
export type { Space } from './contract.ts';
export { Cancelled, Engine, type EngineOptions, Upload } from './engine.ts';
export { type There, UploadError } from './errors.ts';
export type { OnProgress, Outcome, Progress, Receipt } from './flow.ts';
export { browserNetwork } from './network.ts';
export { Retrier } from './retry.ts';
export { type Body, type Send, type SendAnswer, type SendRequest, sizeOf, xhrSend } from './send.ts';
export { fileName, type SourceFile, sourceOf } from './source.ts';
