// A defect whose text the daemon no longer has cannot be planted, and nothing then shows that a run would find it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFECTS, plant } from './defects.ts';

describe('a planted defect', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-defects-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const defect of DEFECTS) {
    it(`is a change of one place of the daemon: ${defect.name}`, () => {
      plant(defect, folder);
    });
  }
});
