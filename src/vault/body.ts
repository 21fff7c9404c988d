// An answer's body, read as memory for it is granted: while it is not, nothing is taken from the connection, and the
// store's side waits.
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MountError } from '../errors.ts';
import { MAX_REFUSAL_BYTES, StoreAnswer, type StoreRequest } from './request.ts';

/** Where neither the store nor the path's last answer tells how long it will be. */
const UNKNOWN_BYTES = 64 * 1024;
/** By how much it is taken to be longer than it was thought: 64 KiB, 512 KiB, then all that an answer may have. */
const STEP = 8;

/** @throws MountError answer-too-large, memory-budget; what the connection fails with */
export async function readAnswer(response: IncomingMessage, request: StoreRequest): Promise<StoreAnswer> {
  const { room, mostBytes, operation } = request;
  const status = response.statusCode ?? 0;
  const isGood = status >= 200 && status <= 299;
  const declared = Number(response.headers['content-length'] ?? 0);
  const parts: Buffer[] = [];
  let length = 0;
  // Without it a connection that breaks while memory is waited for would be nobody's error.
  response.on('error', () => {});
  try {
    if (declared > mostBytes) throw tooLarge(operation, mostBytes);
    let reserved = declared === 0 ? UNKNOWN_BYTES : declared;
    if (isGood) await room?.reserve(0, reserved);
    // Leaving the loop destroys the response, which ends the connection.
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (!isGood && length >= MAX_REFUSAL_BYTES) break;
      if (length > mostBytes) throw tooLarge(operation, mostBytes);
      if (length <= reserved) continue;
      reserved = Math.min(STEP * reserved, mostBytes);
      await room?.reserve(length, reserved);
    }
  } catch (error) {
    response.destroy();
    throw error;
  }
  return new StoreAnswer(status, response.headers, joined(parts, length));
}

function tooLarge(operation: string, mostBytes: number): MountError {
  const most = mostBytes < 1024 * 1024 ? `${mostBytes / 1024} KiB` : `${mostBytes / 1024 / 1024} MiB`;
  return new MountError('answer-too-large', `${operation}: the answer is over ${most}, more than a volume can hold`);
}

/** Always in memory of its own: a part is a piece of something larger, which would be kept with it. */
function joined(parts: readonly Buffer[], length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) at += part.copy(bytes, at);
  return bytes;
}
