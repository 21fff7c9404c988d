import assert from 'node:assert/strict';
import { createLineWriter } from '../../src/observe/line-writer.ts';

/** A pipe that takes `room` bytes and then is full. */
function makePipe() {
  const pipe = { room: 0, text: '', error: 'EAGAIN', refusals: 0, tries: 0, now: 0 };
  const write = createLineWriter(
    9,
    (_fd, bytes) => {
      pipe.tries += 1;
      if (pipe.room === 0 || pipe.refusals-- > 0) throw Object.assign(new Error(), { code: pipe.error });
      const taken = bytes.subarray(0, pipe.room);
      pipe.room -= taken.length;
      pipe.text += Buffer.from(taken).toString();
      return taken.length;
    },
    () => pipe.now,
  );
  return { pipe, write };
}

describe('createLineWriter', () => {
  it('writes a line and its end', () => {
    const { pipe, write } = makePipe();
    pipe.room = 100;
    write('é1');
    write('2');
    assert.equal(pipe.text, 'é1\n2\n');
  });

  it('goes on when a pipe takes a line in parts', () => {
    let text = '';
    const write = createLineWriter(9, (_fd, bytes) => {
      text += String.fromCharCode(bytes[0] ?? 0);
      return 1;
    });
    write('abc');
    assert.equal(text, 'abc\n');
  });

  it('drops whole lines while nobody reads, and never half of one', () => {
    const { pipe, write } = makePipe();
    pipe.room = 3;
    write('first');
    write('lost');
    pipe.room = 100;
    write('third');
    assert.equal(pipe.text, 'first\nthird\n');
  });

  it('puts no line between two halves of another when a reader comes late', () => {
    const { pipe, write } = makePipe();
    pipe.room = 3;
    write('first');
    // Free again while the second line is at hand, after the wait for the rest of the first was given up.
    Object.assign(pipe, { room: 100, refusals: 1 });
    write('lost');
    write('third');
    assert.equal(pipe.text, 'first\nthird\n');
  });

  it('drops a line of which nothing went out', () => {
    const { pipe, write } = makePipe();
    write('lost');
    pipe.room = 100;
    write('second');
    assert.equal(pipe.text, 'second\n');
  });

  it('waits for a reader twenty times, however many lines come, and again after a second', () => {
    const { pipe, write } = makePipe();
    for (let line = 0; line < 100; line++) write('lost');
    assert.equal(pipe.tries, 20 + 100);
    pipe.now = 1_000;
    for (let line = 0; line < 100; line++) write('lost');
    assert.equal(pipe.tries, 2 * (20 + 100));
    pipe.room = 100;
    write('read');
    assert.equal(pipe.text, 'read\n');
  });

  it('bears a closed pipe', () => {
    const { pipe, write } = makePipe();
    pipe.error = 'EPIPE';
    write('lost');
    pipe.room = 100;
    write('second');
    assert.equal(pipe.text, 'second\n');
  });
});
