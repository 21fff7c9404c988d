// What a pod's event shows is one text whose line ends are ours; every other sign in it is one that can be seen.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { statusOf } from '../../src/server/status.ts';

describe('the text of an event', () => {
  it('holds no control or direction character, and forges no CI command, whatever room wrote it', () => {
    const message = '2 of 2 objects failed:\n- GET a\u202eb\u009b31m\n::error::##vso[task]\r';
    assert.equal(
      statusOf(new MountError('path-missing', message)).details,
      '2 of 2 objects failed:\n- GET a\\u202eb\\u009b31m\n\\u003a:error::#\\u0023vso[task]\\u000d [path-missing]',
    );
  });
});
