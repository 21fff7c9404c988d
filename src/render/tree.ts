// A folder of files for each secret that was found below a folder of the store, one file for each of its keys.
import { MountError } from '../errors.ts';
import type { PlanObject, TreeSource, Wanted } from '../plan/plan.ts';
import { encodeValue } from './encode.ts';
import { FilePaths } from './file-names.ts';
import { describeKey, type MadeFile, type Maker, type MakerSetting, MOST_FILES, withinAnswer } from './maker.ts';
import { LARGEST_ANSWER_BYTES, MOST_MADE_BYTES } from './size.ts';

export class TreeMaker implements Maker<'tree'> {
  readonly #setting: MakerSetting;

  constructor(setting: MakerSetting) {
    this.#setting = setting;
  }

  make(object: PlanObject, { read: { path: folder }, encoding, secrets, wanted }: TreeSource): readonly MadeFile[] {
    const { answers, warn } = this.#setting;
    const paths = new FilePaths(object.name, folder);
    const files: MadeFile[] = [];
    let sizeBytes = 0;
    for (const { path, read } of secrets) {
      for (const [key, value] of answers.open(read).secretData(read.path).entries()) {
        if (files.length === MOST_FILES) throw tooMany(folder);
        const contents = withinAnswer(() => encodeValue({ read, key, encoding }, value, LARGEST_ANSWER_BYTES));
        sizeBytes += contents.byteLength;
        files.push({ path: paths.add([...path.split('/'), key]), contents, from: describeKey(read, key) });
        // The mount is refused for its size.
        if (sizeBytes > MOST_MADE_BYTES) return files;
      }
    }
    if (files.length === 0) throw empty(folder, secrets.length, wanted);
    if (paths.warning !== undefined) warn(object, paths.warning);
    return files;
  }
}

function tooMany(folder: string): MountError {
  return new MountError(
    'files-too-large',
    `the secrets below ${folder} have more than ${MOST_FILES} keys; name a folder in it, or lower depth`,
  );
}

/** An answer without files would leave those of the last one where they are (driver v1.6.0). */
function empty(folder: string, count: number, wanted: Wanted | undefined): MountError {
  const none = wanted === undefined ? 'there is no secret' : 'no secret has such a name and tags';
  const text = count === 0 ? none : 'no secret has a key';
  return new MountError(
    'nothing-to-mount',
    `below ${folder} ${text}, and a volume cannot be emptied; write one, or take the object out of the class`,
  );
}
