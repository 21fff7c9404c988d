// Splits a stream that may never end into lines. Lines are bounded, and an incomplete line at the stream's end is dropped.
import { Buffer } from 'node:buffer';

const NEWLINE = 0x0a;

/** @throws LineTooLong, at the latest one chunk beyond `mostBytes` */
export async function* readLines(chunks: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  const add = (part: Buffer) => {
    sizeBytes += part.length;
    if (sizeBytes > mostBytes) throw new LineTooLong(mostBytes);
    parts.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield Buffer.concat(parts).toString();
      [parts, sizeBytes, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
}

export class LineTooLong extends Error {
  constructor(mostBytes: number) {
    super(`a line has more than ${mostBytes} bytes`);
    this.name = 'LineTooLong';
  }
}
