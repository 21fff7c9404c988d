// How large an answer to the driver will be, to the byte, and what to say when that is too much. Must be known
// before the driver's gRPC client refuses it: that refusal is code 8, on which a pod starts with an empty volume.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import type { RenderedFile, RenderedVersion } from './rendered.ts';

/** The driver's receive limit for one message (v1.6.0, --max-call-recv-msg-size). */
export const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;
/** Over this total, no more files are made: many objects may name one large value. */
export const MOST_MADE_BYTES = 2 * LARGEST_ANSWER_BYTES;
/** The driver warns above this, and a Kubernetes Secret (secretObjects) cannot hold more. */
const LARGEST_SECRET_BYTES = 1024 * 1024;
/** The largest objects that a refusal names. */
const MOST_NAMED = 3;

/** The encoded length of MountResponse: `repeated ObjectVersion object_version = 1; repeated File files = 3`. */
export function answerSizeBytes(files: readonly RenderedFile[], versions: readonly RenderedVersion[]): number {
  let total = 0;
  for (const { id, version } of versions) total += fieldBytes(textBytes(id) + textBytes(version));
  for (const { path, mode, contents } of files) {
    total += fieldBytes(textBytes(path) + 1 + varintBytes(mode) + fieldBytes(contents.reveal().byteLength));
  }
  return total;
}

function textBytes(text: string): number {
  return fieldBytes(Buffer.byteLength(text));
}

/** All field numbers are under 16: a tag of one byte. protobufjs writes empty fields too if they are set. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) bytes++;
  return bytes;
}

export function tooLarge(files: readonly RenderedFile[], sizeBytes: number): MountError {
  return new MountError(
    'files-too-large',
    `the files come to ${sizeBytes > MOST_MADE_BYTES ? 'over 8 MiB' : inMiB(sizeBytes)} and the driver takes 4 MiB at most; split the class in two; the largest: ${nameLargest(files)}`,
  );
}

export function sizeWarnings(files: readonly RenderedFile[], sizeBytes: number): readonly string[] {
  if (sizeBytes <= LARGEST_SECRET_BYTES || sizeBytes > LARGEST_ANSWER_BYTES) return [];
  return [
    `the files come to ${inMiB(sizeBytes)}; over 1 MiB they cannot be synced to a Secret; the largest: ${nameLargest(files)}`,
  ];
}

export function largestFile(files: readonly RenderedFile[]): RenderedFile | undefined {
  return bySize(files)[0];
}

function nameLargest(files: readonly RenderedFile[]): string {
  const named = bySize(files).slice(0, MOST_NAMED);
  return named.map(({ path, contents }) => `${path} (${inMiB(contents.reveal().byteLength)})`).join(', ');
}

function bySize(files: readonly RenderedFile[]): RenderedFile[] {
  return files.toSorted((a, b) => b.contents.reveal().byteLength - a.contents.reveal().byteLength);
}

/** Rounded up, so that what is over a limit never reads as if it were at it. */
function inMiB(sizeBytes: number): string {
  return `${(Math.ceil((sizeBytes / 1024 / 1024) * 100) / 100).toFixed(2)} MiB`;
}
