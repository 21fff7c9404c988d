// One file for each key of a secret.
import { MountError } from '../errors.ts';
import type { KeysSource, PlanObject } from '../plan/plan.ts';
import { encodeValue } from './encode.ts';
import { FilePaths } from './file-names.ts';
import { selectKeys } from './key-selection.ts';
import { describeKey, type MadeFile, type Maker, type MakerSetting, MOST_FILES, withinAnswer } from './maker.ts';
import { LARGEST_ANSWER_BYTES, MOST_MADE_BYTES } from './size.ts';

export class KeysMaker implements Maker<'keys'> {
  readonly #setting: MakerSetting;

  constructor(setting: MakerSetting) {
    this.#setting = setting;
  }

  make(object: PlanObject, source: KeysSource): readonly MadeFile[] {
    const { answers, budget, warn } = this.#setting;
    const { read, encoding } = source;
    const entries = answers.open(read).secretData(read.path).entries();
    const paths = new FilePaths(object.name, read.path);
    const files: MadeFile[] = [];
    let sizeBytes = 0;
    let count = 0;
    for (const { key, name, value } of selectKeys(
      counted(entries, () => (count += 1)),
      source.keys,
      budget,
    )) {
      if (files.length === MOST_FILES) throw tooMany(read.path);
      const contents = withinAnswer(() => encodeValue({ read, key, encoding }, value, LARGEST_ANSWER_BYTES));
      sizeBytes += contents.byteLength;
      files.push({ path: paths.add([name], key), contents, from: describeKey(read, key) });
      // The mount is refused for its size.
      if (sizeBytes > MOST_MADE_BYTES) return files;
    }
    if (files.length === 0) throw empty(read.path, count);
    if (paths.warning !== undefined) warn(object, paths.warning);
    return files;
  }
}

function* counted<T>(items: Iterable<T>, count: () => void): Iterable<T> {
  for (const item of items) {
    count();
    yield item;
  }
}

function tooMany(path: string): MountError {
  return new MountError(
    'files-too-large',
    `${path} has more than ${MOST_FILES} keys to mount; choose some with keys: {include: [...]}`,
  );
}

/** An answer without files would leave those of the last one where they are (driver v1.6.0). */
function empty(path: string, count: number): MountError {
  const text =
    count === 0
      ? 'has no keys, and a volume cannot be emptied; write a key, or take the object out of the class'
      : `has no key that include and exclude leave, of ${count}; change them, or take the object out of the class`;
  return new MountError('nothing-to-mount', `${path} ${text}`);
}
