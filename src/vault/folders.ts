// The folders of KV engines. A folder is named as people write it: `secret/app`, or with version 2's own segment,
// `secret/data/app`.
import { MountError } from '../errors.ts';
import type { AnswerBody, FolderEngine, FolderStore, OpenAnswer } from '../fetch/ports.ts';
import { mountOf, mountPath } from './mount-of.ts';
import { isSpelledOut, spellOut } from './short-request.ts';

/** Version 2's segments after the mount, for reading and for listing. */
const KV2_PART = /^(?:data|metadata)(?:\/|$)/;

export const FOLDERS: FolderStore = {
  enginePath: mountPath,
  isSpelledOut,
  spellOut,

  engineTold(folder: string, told: OpenAnswer): FolderEngine {
    const mount = mountOf(folder, told.secretData(FOLDERS.enginePath(folder)));
    if (mount?.kvVersion !== undefined) return engine(mount.path.slice(0, -1), mount.kvVersion, folder);
    const what =
      mount === undefined ? 'the store does not tell what is mounted there' : `${mount.path} is no KV engine`;
    throw new MountError(
      'request-refused',
      `${folder}: ${what}; only a KV engine has folders of secrets, whose mount and version may be written too`,
    );
  },

  engineGiven(folder: string, mount: string, version: 1 | 2): FolderEngine {
    if (`${folder}/`.startsWith(`${mount}/`)) return engine(mount, version, folder);
    throw new MountError('request-refused', `${folder} does not lie below the mount ${mount}; correct one of them`);
  },
};

function engine(mount: string, version: 1 | 2, folder: string): FolderEngine {
  const rest = folder.slice(mount.length + 1);
  const base = version === 2 ? rest.replace(KV2_PART, '') : rest;
  const at = (part: string, within: string) =>
    [mount, ...(version === 2 ? [part] : []), base, within].filter((piece) => piece !== '').join('/');
  return {
    listPath: (within) => at('metadata', within),
    secretPath: (secret) => at('data', secret),
    tagsPath(secret) {
      if (version === 2) return at('metadata', secret);
      throw new MountError('request-refused', `${folder}: only KV version 2 has tags; find by name alone`);
    },
    tagsIn,
  };
}

function tagsIn(told: AnswerBody): ReadonlyMap<string, string> {
  const tags = told.open([]).secretData('').get('custom_metadata');
  const texts = [...(tags?.entries() ?? [])].map(([name, value]) => [name, value.text ?? ''] as const);
  return new Map(texts);
}
