// The one way by which the daemon reads a file that somebody else named or writes: certificates, tokens, a kubeconfig.
// What a path leads to is looked at before it is opened, and what is read is bounded by the reading itself: the size
// that a file system tells is 0 for files of procfs that do not end.
import { constants } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { systemCode } from './system-code.ts';

/** A bundle of every public CA is 0.25 MB; the largest file a Secret or ConfigMap could carry is 1 MiB. */
export const MAX_FILE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/**
 * File systems whose files the kernel makes up as they are read: without end, for as long as they like, or with an
 * effect. linux/magic.h, and for those it leaves out the file system's own source.
 */
const KERNEL_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x9fa0, 'procfs'],
  [0x62656572, 'sysfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
  [0x7655821, 'resctrl'],
  [0x64626720, 'debugfs'],
  [0x74726163, 'tracefs'],
  [0x73636673, 'securityfs'],
  [0xf97cff8c, 'selinuxfs'],
  [0x43415d53, 'smackfs'],
  [0x5a3c69f0, 'apparmorfs'],
  [0x62656570, 'configfs'],
  [0xcafe4a11, 'bpf'],
  [0x1cd1, 'devpts'],
  [0x19800202, 'mqueue'],
  [0x6e736673, 'nsfs'],
  [0x65735543, 'fusectl'],
  [0x42494e4d, 'binfmt_misc'],
  [0x958458f6, 'hugetlbfs'],
  [0x6165676c, 'pstore'],
  [0xde5e81e4, 'efivarfs'],
  [0x67596969, 'rpc_pipefs'],
  [0x6e667364, 'nfsd'],
  [0x6c6f6f70, 'binderfs'],
  [0xabba1974, 'xenfs'],
  [0x9fa1, 'openpromfs'],
  [0x9fa2, 'usbfs'],
]);

/** O_PATH of Linux, which Node does not name: a handle on what is there, without opening it. */
const O_PATH = 0o10000000;

/** A file that is there and is not for us. The message is a clause: `it is not a file`. */
class UnfitFile extends Error {}

/** @throws what `whyUnreadable` puts into words */
export async function readSmallFile(path: string): Promise<Buffer> {
  // To open a device or a pipe is to use it, so nothing is opened before it is known to be a file.
  const handle = await open(path, O_PATH);
  try {
    const openPath = `/proc/self/fd/${handle.fd}`;
    if (!(await handle.stat()).isFile()) throw new UnfitFile('it is not a file');
    // As 32 bits: the number is signed on some architectures.
    const kernels = KERNEL_FILE_SYSTEMS.get((await statfs(openPath)).type >>> 0);
    if (kernels !== undefined) throw new UnfitFile(`it is made up by the kernel (${kernels})`);
    const file = await open(openPath, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readToEnd(file).finally(() => file.close());
  } finally {
    await handle.close();
  }
}

/** Takes one byte more than the bound at most: by that byte it is over. */
async function readToEnd(file: FileHandle): Promise<Buffer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for (;;) {
    const room = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, MAX_FILE_BYTES + 1 - sizeBytes));
    const { bytesRead } = await file.read(room);
    if (bytesRead === 0) return Buffer.concat(parts, sizeBytes);
    sizeBytes += bytesRead;
    if (sizeBytes > MAX_FILE_BYTES) throw new UnfitFile('it is over 1 MiB');
    parts.push(room.subarray(0, bytesRead));
  }
}

/** A clause for a message; never a word of what the file holds. */
export function whyUnreadable(thrown: unknown): string {
  if (thrown instanceof UnfitFile) return thrown.message;
  const code = systemCode(thrown);
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'the provider may not read it';
  return `it cannot be read (${code ?? 'a fault of ours'})`;
}
