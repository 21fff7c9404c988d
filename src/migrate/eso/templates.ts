// The templates of an ExternalSecret by the keys that they make, in the order in which they come over each other.
import { fieldOf, mapAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap, YamlNode } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import type { Input } from '../input.ts';
import type { Obstacle } from '../movable.ts';
import { splitLiteral } from './literal.ts';

export interface TemplateText {
  readonly key: string;
  readonly text: string;
  readonly at: Position;
  readonly warnings: readonly string[];
}

export interface FoundTexts {
  readonly texts: readonly TemplateText[];
  readonly obstacles: readonly Obstacle[];
}

const ONE_LINE = 'External Secrets read the literal as YAML once it was rendered: the same for values of one line';

/** @param sources ConfigMaps and Secrets of the input. */
export function readTemplates(template: YamlMap | undefined, near: Input, sources: readonly Input[]): FoundTexts {
  const texts = new Map<string, TemplateText>();
  const obstacles: Obstacle[] = [];
  const refuse = (at: Position, kind: Obstacle['kind'], why: string) => void obstacles.push({ at, kind, why });
  for (const from of mapsAt(template, 'templateFrom')) {
    const target = textAt(from, 'target') ?? 'Data';
    if (target !== 'Data') refuse(from.at, 'field', `templateFrom: labels and annotations are fixed texts in a class`);
    const literal = fieldOf(from, 'literal')?.value;
    if (literal?.kind === 'scalar') {
      const parts = splitLiteral(literal.text);
      if (parts === undefined)
        refuse(
          literal.at,
          'field',
          'templateFrom.literal: the keys come out of the template; write each key under template.data',
        );
      for (const [key, text] of parts ?? []) texts.set(key, { key, text, at: literal.at, warnings: [ONE_LINE] });
    }
    for (const [field, kind] of [
      ['configMap', 'ConfigMap'],
      ['secret', 'Secret'],
    ] as const)
      for (const item of mapsAt(from, field, 'items')) {
        const name = textAt(from, field, 'name') ?? '';
        const key = textAt(item, 'key') ?? '';
        const holder = sources.find((one) => one.kind === kind && one.name === name && one.mayShareNamespace(near));
        const text = holder === undefined ? undefined : textOf(holder, key);
        if ((textAt(item, 'templateAs') ?? 'Values') !== 'Values')
          refuse(
            item.at,
            'field',
            'templateAs KeysAndValues: the keys come out of the template; write each under data',
          );
        else if (text === undefined)
          refuse(item.at, 'store', `the key ${quote(key)} of ${kind} ${quote(name)} is not in the input; give it too`);
        else texts.set(key, { key, text, at: item.at, warnings: [] });
      }
  }
  for (const [key, { at, value }] of mapAt(template, 'data')?.fields ?? []) {
    if (value.kind === 'scalar') texts.set(key, { key, text: value.text, at, warnings: [] });
    else refuse(at, 'form', `${key}: the template is no text`);
  }
  return { texts: [...texts.values()], obstacles };
}

function textOf({ kind, map }: Input, key: string): string | undefined {
  const text = (field: string) => scalarText(mapAt(map, field)?.fields.get(key)?.value);
  if (kind === 'ConfigMap') return text('data');
  const encoded = text('data');
  return text('stringData') ?? (encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString());
}

function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}
