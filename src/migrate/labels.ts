// Labels and annotations of what is written, out of those of what was there.
import { mapAt } from '../manifest/nodes.ts';
import type { YamlNode } from '../yaml/node.ts';

export interface Labels {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Labels and annotations of the tools that applied or track the old object; the new one must not have them. */
const TOOLS =
  /^(avp\.kubernetes\.io\/|sealedsecrets\.bitnami\.com\/|vault\.hashicorp\.com\/|kubectl\.kubernetes\.io\/|argocd\.argoproj\.io\/tracking-id$)/;
/** Argo CD tracks objects by these, and prunes a Secret that is not in Git. */
const TRACKING = /^(app\.kubernetes\.io\/instance$|argocd\.argoproj\.io\/)/;

/** @param metadata of a resource. */
export function labelsOfClass(metadata: YamlNode | undefined): Labels {
  return labelsOf(metadata, (name) => !TOOLS.test(name));
}

/** @param metadata of a Secret, or what is to be one. */
export function labelsOfSynced(metadata: YamlNode | undefined): Labels {
  return labelsOf(metadata, (name) => !TOOLS.test(name) && !TRACKING.test(name));
}

function labelsOf(metadata: YamlNode | undefined, isKept: (name: string) => boolean): Labels {
  const kept = (field: string) => {
    const fields = [...(mapAt(metadata, field)?.fields ?? [])];
    const texts = fields.flatMap(([name, { value }]) =>
      isKept(name) ? [[name, value.kind === 'scalar' ? value.text : ''] as const] : [],
    );
    return texts.length === 0 ? {} : { [field]: Object.fromEntries(texts) };
  };
  return { ...kept('labels'), ...kept('annotations') };
}
