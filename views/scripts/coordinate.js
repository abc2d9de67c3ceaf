import { offerKeeping } from './keep.js';
import { offerPasskeys } from './passkeys.js';

offerPasskeys(document);
offerKeeping(document);
