// Random bytes as a template: whatever they are, it renders or a TemplateError tells why. FUZZ_SECONDS sets how long (2),
// FUZZ_SEED repeats one run.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { Random } from '../plan/random.ts';
import { DATA, HAND_MADE } from './language/hand-made.ts';
import { askOurs } from './language/ours.ts';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 2);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

/** Bytes of any kind, often within an action, and well-formed templates of which a few bytes were changed. */
function bytesOf(random: Random): Buffer {
  if (random.oneIn(3)) {
    const bytes = Buffer.from(random.pick(HAND_MADE).template);
    for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count -= 1) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    return bytes;
  }
  const bytes = Buffer.from(Array.from({ length: random.below(60) }, () => random.below(random.oneIn(3) ? 256 : 128)));
  return random.oneIn(2) ? bytes : Buffer.concat([Buffer.from('{{'), bytes, Buffer.from('}}')]);
}

describe('a template of random bytes', function () {
  this.timeout(SECONDS * 1_000 + 60_000);

  it('throws nothing but a TemplateError, and none that is a fault of ours', async () => {
    const random = new Random(SEED);
    const end = performance.now() + SECONDS * 1_000;
    let rendered = 0;
    let count = 0;
    for (; performance.now() < end; count += 1) {
      const bytes = bytesOf(random).toString('base64');
      // Any other error than a TemplateError comes out here.
      const { error } = await askOurs({ template: '', bytes, data: DATA });
      if (error === undefined) rendered += 1;
      else assert.doesNotMatch(error, /internal error|it failed/, `seed ${SEED}: ${bytes}`);
    }
    assert.ok(rendered > count / 10, `seed ${SEED}: ${rendered} of ${count} rendered`);
  });
});
