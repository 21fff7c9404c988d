// A pod of the demo, with the driver at its side: asks the provider as the driver does, writes the answer as the
// driver does, and reads its files back as its containers would.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Daemon } from '../harness/daemon.ts';
import type { CallFailed, Driver, MountWish } from '../harness/driver.ts';
import type { LoginMethod } from '../harness/openbao.ts';
import { readVolume, type VolumeFile, writeVolume } from '../harness/volume.ts';
import type { SecretClass } from './classes.ts';

/** What the pods of a node share. */
export interface Node {
  readonly daemon: Daemon;
  readonly driver: Driver;
  readonly login: LoginMethod;
  /** In memory. */
  readonly folder: string;
  /** Every token handed out, for the search of the log. */
  readonly tokens: Set<string>;
  readonly seenLines: Set<string>;
}

/** What the daemon's log tells of one mount. */
export interface MountLine {
  readonly outcome: string;
  readonly code?: string;
  readonly reason?: string;
  readonly logins: number;
  readonly reads: number;
  readonly ms: number;
}

export class Pod {
  readonly name: string;
  readonly account: string;
  readonly folder: string;
  readonly class: SecretClass;
  readonly #node: Node;
  /** By objectName, as the driver records them in the pod's status. */
  versions: ReadonlyMap<string, string> = new Map();

  constructor(node: Node, name: string, account: string, secretClass: SecretClass) {
    this.name = name;
    this.account = account;
    this.class = secretClass;
    this.folder = join(node.folder, name);
    this.#node = node;
  }

  /** The first time a mount, each later time a poll. */
  async mount(): Promise<MountLine> {
    await mkdir(this.folder, { recursive: true });
    const answer = await this.#node.driver.mount(this.#wish());
    await writeVolume(this.folder, answer.files);
    this.versions = answer.versions;
    return this.#loggedLine();
  }

  /** For a mount that must fail: nothing is written. */
  async refusal(): Promise<{ failure: CallFailed; line: MountLine }> {
    const failure = await this.#node.driver.refusal(this.#wish());
    return { failure, line: await this.#loggedLine() };
  }

  files(): Promise<ReadonlyMap<string, VolumeFile>> {
    return readVolume(this.folder);
  }

  #wish(): MountWish {
    const { namespace, name: className, parameters } = this.class;
    const token = this.#node.login.mintJwt({ namespace, account: this.account, pod: this.name });
    this.#node.tokens.add(token);
    return { parameters, namespace, className, pod: this.name, account: this.account, tokens: { vault: token } };
  }

  async #loggedLine(): Promise<MountLine> {
    const { seenLines, daemon } = this.#node;
    const line = await daemon.untilLogged(
      (one) => one['pod'] === this.name && 'outcome' in one && !seenLines.has(JSON.stringify(one)),
    );
    seenLines.add(JSON.stringify(line));
    return line as unknown as MountLine;
  }
}
