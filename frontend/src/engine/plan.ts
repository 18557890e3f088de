/** Files from this size on go up in parts; smaller ones in one PUT. Bytes. */
export const MULTIPART_FROM = 16 * 1024 * 1024;

/** Bytes of the service's smallest parts: a file of no more has one part, and gains nothing by it. */
export const LEAST_PART = 8 * 1024 * 1024;
/** Milliseconds after which it is judged whether a file can go whole. */
export const JUDGED = 5_000;
/** Milliseconds that a file may take from then on to go whole. */
export const WHOLE_TIME = 60_000;

/** How a file is cut. The server decides; every client and every resume gets the same numbers for the same size. */
export interface Plan {
  size: number;
  partSize: number;
  partCount: number;
}

/** A part that S3 already holds. */
export interface StoredPart {
  partNumber: number;
  size: number;
  /** Of the part's own bytes, where S3 tells it. */
  checksum?: { crc64nvme?: string };
}

/** Whether a file of `size` bytes is sent in parts. */
export function inParts(size: number): boolean {
  return size >= MULTIPART_FROM;
}

/** Whether a file of `size` bytes would better go in parts, of which `sent` bytes have left in `time` milliseconds. */
export function tooSlow(size: number, sent: number, time: number): boolean {
  return size > LEAST_PART && time >= JUDGED && (size - sent) * time > sent * WHOLE_TIME;
}

/** Byte range of part `n`, 1 to partCount: start inclusive, end exclusive. */
export function partRange(plan: Plan, n: number): { start: number; end: number } {
  const start = (n - 1) * plan.partSize;
  return { start, end: Math.min(start + plan.partSize, plan.size) };
}

/** Bytes of part `n`. */
export function partLength(plan: Plan, n: number): number {
  const { start, end } = partRange(plan, n);
  return end - start;
}

/** Throws unless the parts cover the file exactly; a plan that does not would store something else than the file. */
export function checkPlan(plan: Plan): void {
  const { size, partSize, partCount } = plan;
  if (!(partSize > 0) || partCount !== Math.ceil(size / partSize)) {
    throw new RangeError(
      `got ${partCount} parts of ${partSize} bytes, want them to cover ${size} bytes: reload the page`,
    );
  }
}

/** Numbers of the stored parts that fit the plan. A part of another size came from another file and is sent again. */
export function usableParts(plan: Plan, stored: readonly StoredPart[]): Set<number> {
  const usable = new Set<number>();
  for (const { partNumber, size } of stored) {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > plan.partCount) continue;
    if (size === partLength(plan, partNumber)) usable.add(partNumber);
  }
  return usable;
}
