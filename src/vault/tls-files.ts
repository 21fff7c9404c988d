// The certificates and keys for reaching a store. Each `load` checks the files, and reads them again if they changed.
// Settings are told apart by the files' contents, not their paths. Concurrent loads of the same files are coalesced.
// Bounded; the files used longest ago are forgotten first.
import { hash, X509Certificate } from 'node:crypto';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { MountError } from '../errors.ts';
import type { TlsNames, TlsSettings } from '../plan/plan.ts';
import { readSmallFile, whyUnreadable } from '../small-file.ts';
import type { AgentTls } from './agents.ts';

export interface TlsMaterial extends AgentTls {
  /** Equal for settings that amount to the same certificates, server name and checks. */
  readonly digest: string;
  /** The CA that must have signed the store's certificate, for messages: `the CA of vaultCACertPath /ca.pem`. */
  readonly trust: string;
}

/** Settings kept; a node's classes name few, and a pod's author must not fill the memory. */
const MAX_SETTINGS = 128;
/** /etc/ssl/certs holds about 300 entries, folders and hidden ones among them. */
const MAX_FOLDER_FILES = 1000;
/** Each public CA is in it twice: in its own file, and in a bundle of 0.25 MB. */
const MAX_FOLDER_BYTES = 4 * 1024 * 1024;
const MAX_FOLDER_DEPTH = 4;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** One file that settings name, directly or through a folder. */
interface NamedFile {
  readonly kind: Kind;
  /** The setting, for messages. */
  readonly name: string;
  readonly path: string;
}
type Kind = 'caCertPath' | 'caDirectory' | 'clientCertPath' | 'clientKeyPath';

const PARAMETERS: Readonly<Record<keyof TlsNames, string>> = {
  caCertPath: 'vaultCACertPath',
  caDirectory: 'vaultCADirectory',
  caPem: 'VAULT_CACERT_BYTES',
  clientCertPath: 'vaultTLSClientCertPath',
  clientKeyPath: 'vaultTLSClientKeyPath',
};

function nameOf({ names }: FileSettings, setting: keyof TlsNames): string {
  return names?.[setting] ?? PARAMETERS[setting];
}

/** Settings without the server name: classes may give any number of names for the same files. */
type FileSettings = Omit<TlsSettings, 'serverName'>;

interface Loaded {
  /** The digest of the certificates and keys. */
  readonly digest: string;
  readonly trust: string;
  readonly context: SecureContext;
}

interface Known {
  /** What stat said of every file when they were read. */
  readonly stamp: string;
  readonly loaded: Loaded;
}

export class TlsFiles {
  readonly #known = new Map<string, Known>();
  readonly #loading = new Map<string, Promise<Loaded>>();
  #systemRoots: readonly string[] | undefined;

  /** @throws MountError tls-file */
  async load({ serverName, ...files }: TlsSettings): Promise<TlsMaterial> {
    const { digest, trust, context } = await this.#load(files);
    const { skipVerify } = files;
    const parts = [digest, serverName ?? '', skipVerify];
    return {
      digest: hash('sha256', JSON.stringify(parts)),
      trust,
      serverName: serverName || undefined,
      skipVerify,
      context,
    };
  }

  #load(settings: FileSettings): Promise<Loaded> {
    const key = JSON.stringify(settings);
    const underWay = this.#loading.get(key);
    if (underWay !== undefined) return underWay;
    const loading = this.#refresh(key, settings).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  async #refresh(key: string, settings: FileSettings): Promise<Loaded> {
    const files = await listFiles(settings);
    const stamp = (await Promise.all(files.map(stampOf))).join('\n');
    const known = this.#known.get(key);
    this.#known.delete(key);
    const loaded = known?.stamp === stamp ? known.loaded : await this.#read(settings, files);
    this.#known.set(key, { stamp, loaded });
    const oldest = this.#known.keys().next();
    if (this.#known.size > MAX_SETTINGS && !oldest.done) this.#known.delete(oldest.value);
    return loaded;
  }

  async #read(settings: FileSettings, files: readonly NamedFile[]): Promise<Loaded> {
    const texts = await readTexts(files);
    const textsOf = (kind: Kind) => texts.filter((_, i) => files[i]?.kind === kind);
    const [cert] = textsOf('clientCertPath');
    const [key] = textsOf('clientKeyPath');
    const cas = files.flatMap((file, i) => (isCa(file) ? certificatesIn(texts[i] ?? '', file) : []));
    const pem = pemOf(settings);
    if (pem !== undefined) cas.push(...certificatesIn(pem, nameOf(settings, 'caPem')));
    const digest = hash('sha256', JSON.stringify([cas, cert ?? '', key ?? '', settings.skipVerify]));
    const context = this.#contextWith(digest) ?? this.#createContext(settings, cas, cert, key);
    return { digest, trust: trustOf(settings), context };
  }

  /** Shared by all settings of equal contents: a context with all public CAs takes 1.6 MB and 75 ms to make. */
  #contextWith(digest: string): SecureContext | undefined {
    for (const { loaded } of this.#known.values()) if (loaded.digest === digest) return loaded.context;
    return undefined;
  }

  #createContext(
    settings: FileSettings,
    cas: readonly string[],
    cert: string | undefined,
    key: string | undefined,
  ): SecureContext {
    const ca = cas.length > 0 ? cas : settings.skipVerify ? [] : this.#roots();
    try {
      // allowPartialTrustChain: a given CA may be an intermediate, as Go programs accept it.
      return createSecureContext({ ca: [...ca], allowPartialTrustChain: true, ...(cert && key ? { cert, key } : {}) });
    } catch (cause) {
      const { clientCertPath, clientKeyPath } = settings;
      const pair = `${nameOf(settings, 'clientCertPath')} ${clientCertPath} and ${nameOf(settings, 'clientKeyPath')} ${clientKeyPath}`;
      const fix = 'they must be a PEM certificate and its own unencrypted PEM key';
      throw new MountError('tls-file', `${pair} cannot be used together: ${fix}`, { cause });
    }
  }

  /** The system's CAs, or Node's own if the system has none, and in any case those of NODE_EXTRA_CA_CERTS. */
  #roots(): readonly string[] {
    if (this.#systemRoots === undefined) {
      const system = getCACertificates('system');
      const roots = system.length > 0 ? system : getCACertificates('bundled');
      this.#systemRoots = [...new Set([...roots, ...getCACertificates('extra')])];
    }
    return this.#systemRoots;
  }
}

/** File, folder and text are not combined: the first one given counts, as in Vault's own clients. */
function pemOf({ caCertPath, caDirectory, caPem }: FileSettings): string | undefined {
  return caCertPath || caDirectory ? undefined : caPem;
}

function trustOf(settings: FileSettings): string {
  const { caCertPath, caDirectory, caPem } = settings;
  if (caCertPath) return `the CA of ${nameOf(settings, 'caCertPath')} ${caCertPath}`;
  if (caDirectory) return `the CAs of ${nameOf(settings, 'caDirectory')} ${caDirectory}`;
  return caPem ? `the CA of ${nameOf(settings, 'caPem')}` : "the system's CAs";
}

async function listFiles(settings: FileSettings): Promise<NamedFile[]> {
  const { caCertPath, caDirectory, clientCertPath, clientKeyPath } = settings;
  if (!clientCertPath !== !clientKeyPath)
    throw new MountError(
      'tls-file',
      `${nameOf(settings, 'clientCertPath')} and ${nameOf(settings, 'clientKeyPath')} belong together: set both, or neither`,
    );
  const files: NamedFile[] = [];
  const add = (kind: Kind, path: string) => files.push({ kind, name: nameOf(settings, kind), path });
  if (caCertPath) add('caCertPath', caCertPath);
  else if (caDirectory) files.push(...(await listFolder(caDirectory, nameOf(settings, 'caDirectory'))));
  if (clientCertPath) add('clientCertPath', clientCertPath);
  if (clientKeyPath) add('clientKeyPath', clientKeyPath);
  return files;
}

/** Every file in the folder and below, except hidden ones: a mounted ConfigMap keeps its copies there. */
async function listFolder(folder: string, name: string): Promise<NamedFile[]> {
  const named = (path: string): NamedFile => ({ kind: 'caDirectory', name, path });
  const files: NamedFile[] = [];
  let level = [folder];
  let count = 0;
  for (let depth = 0; level.length > 0 && depth < MAX_FOLDER_DEPTH; depth++) {
    const below: string[] = [];
    for (const path of level) {
      try {
        // One entry at a time: a folder may have more of them than memory.
        for await (const entry of await opendir(path)) {
          if (++count > MAX_FOLDER_FILES) throw unusable(named(folder), `it holds over ${MAX_FOLDER_FILES} files`);
          if (entry.name.startsWith('.')) continue;
          if (entry.isDirectory()) below.push(join(path, entry.name));
          else files.push(named(join(path, entry.name)));
        }
      } catch (cause) {
        throw cause instanceof MountError ? cause : unusable(named(path), whyUnreadable(cause), cause);
      }
    }
    level = below;
  }
  if (files.length === 0) throw unusable(named(folder), 'it holds no file');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Only detects a change; whether the file may be read is checked when it is read. */
async function stampOf(file: NamedFile): Promise<string> {
  const found = await stat(file.path, { bigint: true }).catch((cause) => {
    throw unusable(file, whyUnreadable(cause), cause);
  });
  return `${file.path} ${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`;
}

/** One by one, so that memory stays within the limit. */
async function readTexts(files: readonly NamedFile[]): Promise<string[]> {
  const texts: string[] = [];
  let sizeBytes = 0;
  for (const file of files) {
    const bytes = await readSmallFile(file.path).catch((cause) => {
      throw unusable(file, whyUnreadable(cause), cause);
    });
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_FOLDER_BYTES)
      throw unusable(file, `with it the certificates are over ${MAX_FOLDER_BYTES / 1024 / 1024} MiB`);
    texts.push(bytes.toString());
  }
  return texts;
}

function isCa({ kind }: NamedFile): boolean {
  return kind === 'caCertPath' || kind === 'caDirectory';
}

/** The readable certificates of a PEM text; Node would silently accept a text without any. */
function certificatesIn(text: string, file: NamedFile | string): string[] {
  const found = (text.match(CERTIFICATE) ?? []).filter(isCertificate);
  if (found.length > 0) return found;
  if (typeof file !== 'string') throw unusable(file, 'it holds no PEM certificate');
  throw new MountError('tls-file', `${file} holds no PEM certificate; correct it in the environment`);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function unusable({ name, path }: NamedFile, why: string, cause?: unknown): MountError {
  const fix = "correct the path, or mount the file into the provider's container";
  return new MountError('tls-file', `${name} ${path}: ${why}; ${fix}`, { cause });
}
