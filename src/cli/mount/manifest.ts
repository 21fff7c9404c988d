// The text of a manifest to the one SecretProviderClass a person means.
import { isClass } from '../../check/class-check.ts';
import { readParameters } from '../../check/class-parameters.ts';
import { describeDifference } from '../../invisible.ts';
import { readDocuments } from '../../manifest/documents.ts';
import type { Finding } from '../../manifest/finding.ts';
import { mapAt, textAt } from '../../manifest/nodes.ts';
import { findResources, type Resource } from '../../manifest/resources.ts';
import { nearest } from '../../nearest.ts';
import { CommandFailed } from '../command-failed.ts';

export interface ClassManifest {
  readonly name: string;
  /** If the manifest says none, whoever applies it does. */
  readonly namespace: string | undefined;
  /** Any: a daemon serves the name of its socket, and a socket may have any. */
  readonly provider: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** @param name undefined: the only one there is. @throws CommandFailed, with the first problem in its place. */
export function findClass(text: string, name: string | undefined): ClassManifest {
  const documents = readDocuments({ name: '', text }, refuse);
  const classes = documents.flatMap((document) => findResources(document, refuse)).filter(isClass);
  const names = classes.map((one) => one.name);
  if (classes.length === 0) throw new CommandFailed('there is no SecretProviderClass in it');
  if (name === undefined && classes.length > 1)
    throw new CommandFailed(`it holds ${names.length} classes; choose one with --class: ${names.join(', ')}`);
  const found = classes[name === undefined ? 0 : names.indexOf(name)];
  if (found !== undefined) return toClass(found);
  const near = nearest(name ?? '', names);
  const hint =
    near === undefined
      ? `; it holds ${names.join(', ')}`
      : `${describeDifference(name ?? '', near)}; did you mean ${near}?`;
  throw new CommandFailed(`there is no class ${JSON.stringify(name)} in it${hint}`);
}

function toClass({ map, name, namespace }: Resource): ClassManifest {
  const provider = textAt(map, 'spec', 'provider');
  if (provider === undefined || provider === '')
    throw new CommandFailed(
      `spec.provider of ${name} is missing; write vault or openbao, or how your provider's socket is named`,
    );
  const parameters = mapAt(map, 'spec', 'parameters');
  const { texts, others } = parameters === undefined ? NO_PARAMETERS : readParameters(parameters);
  const [other] = others.keys();
  if (other === undefined) return { name, namespace, provider, parameters: texts };
  throw new CommandFailed(
    `the parameter ${JSON.stringify(other)} of ${name} is not a text; secretmount check says what to write`,
  );
}

const NO_PARAMETERS: ReturnType<typeof readParameters> = { texts: new Map(), others: new Map() };

function refuse({ line, column, message }: Finding): never {
  throw new CommandFailed(`line ${line}, column ${column}: ${message}`);
}
