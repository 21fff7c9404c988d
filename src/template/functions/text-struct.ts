// A struct that is a text wherever it is written out: in JSON, in YAML, in `toString`.
import { Struct, type TemplateFunction, type Value } from '../value.ts';

export class TextStruct extends Struct {
  readonly text: string;

  constructor(type: string, text: string, methods: ReadonlyMap<string, TemplateFunction>) {
    super(type, new Map<string, Value>(), methods);
    this.text = text;
  }
}
