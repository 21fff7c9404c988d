// Bodies that show by themselves whether they are whole: a number, then as many of one byte as it says.
import { Secret } from '../../src/secret.ts';

const MOST_BYTES = 200_000;

export function selfChecking(turn: number): Secret<Uint8Array> {
  const body = Buffer.alloc(4 + ((turn * 7919) % MOST_BYTES), turn % 256);
  body.writeUInt32BE(turn);
  return new Secret(body);
}

export function isWhole(body: Uint8Array): boolean {
  const turn = Buffer.from(body).readUInt32BE(0);
  return Buffer.from(selfChecking(turn).reveal()).equals(body);
}
