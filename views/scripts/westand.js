import {
  Button,
  createAll,
  ErrorSummary,
  ExitThisPage,
  isSupported,
  NotificationBanner,
  SkipLink,
} from 'govuk-frontend';
import { offerSharing } from './share.js';

document.body.classList.add('js-enabled');
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported');

if (isSupported()) {
  createAll(ExitThisPage);
  createAll(Button, { preventDoubleClick: true });
  createAll(ErrorSummary);
  createAll(NotificationBanner);
  createAll(SkipLink);
}
offerSharing(document);
