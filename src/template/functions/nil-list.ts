// A slice of Go's that is nil: a list without elements, and `null` in JSON.
import { TypedList } from '../value.ts';

export class NilList extends TypedList {
  readonly isNil = true;
}
