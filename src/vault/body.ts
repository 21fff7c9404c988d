// Reads an answer's body as memory is granted. Until then nothing is read from the connection, and the store has to wait.
import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { MountError } from '../errors.ts';
import { MAX_REFUSAL_BYTES, StoreAnswer, type StoreRequest } from './request.ts';

/** First estimate if neither Content-Length nor the path's last answer gives a length. */
const UNKNOWN_BYTES = 64 * 1024;
/** The estimate grows by this factor: from 64 KiB to 512 KiB, then to the limit for an answer. */
const STEP = 8;

/** An answer whose head has come. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** @throws MountError answer-too-large, memory-budget; what the connection fails with */
export function readAnswer(head: AnswerHead, response: Readable, request: StoreRequest): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    const { room, mostBytes, operation } = request;
    const { status, headers } = head;
    const isGood = status >= 200 && status <= 299;
    const declared = Number(headers['content-length'] ?? 0);
    const parts: Buffer[] = [];
    let length = 0;
    let reserved = declared === 0 ? UNKNOWN_BYTES : declared;
    const fail = (error: Error) => {
      reject(error);
      response.destroy();
    };
    const end = () => {
      // Counts the whole body, also what came since the last step.
      reserve(length);
      resolve(new StoreAnswer(status, headers, joined(parts, length)));
    };
    /** Reserves memory before more is read than the estimate. */
    const reserve = (knownBytes: number) => {
      try {
        const wait = isGood ? room?.reserve(knownBytes, reserved) : undefined;
        if (wait === undefined) return;
        response.pause();
        wait.then(() => response.resume(), fail);
      } catch (error) {
        fail(error as Error);
      }
    };
    response.on('error', reject);
    // HTTP/2 ends some broken answers without an error.
    response.on('close', () => reject(new Error('closed before its end')));
    if (declared > mostBytes) return fail(tooLarge(operation, mostBytes));
    response.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (!isGood && length >= MAX_REFUSAL_BYTES) {
        end();
        response.destroy();
      } else if (length > mostBytes) fail(tooLarge(operation, mostBytes));
      else if (length > reserved) {
        reserved = Math.min(STEP * reserved, mostBytes);
        reserve(length);
      }
    });
    response.on('end', () => {
      if (length < declared) fail(new Error('shorter than was said'));
      else end();
    });
    reserve(declared);
  });
}

function tooLarge(operation: string, mostBytes: number): MountError {
  const most = mostBytes < 1024 * 1024 ? `${mostBytes / 1024} KiB` : `${mostBytes / 1024 / 1024} MiB`;
  return new MountError('answer-too-large', `${operation}: the answer is over ${most}, more than a volume can hold`);
}

/** A body is not copied if its buffer has at most this much beside it: the answer's head, or the rest of a small buffer. */
const HEAD_BYTES = 4 * 1024;

/** Copied into memory of its own: a slice of a much larger buffer would keep all of that alive. */
function joined(parts: readonly Buffer[], length: number): Buffer {
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && only.buffer.byteLength <= length + HEAD_BYTES) return only;
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) at += part.copy(bytes, at);
  return bytes;
}
