/** The privacy notice's version; it goes on every sign-up, so change it whenever the words of the notice change. */
export const NOTICE_VERSION = '2026-11-23';

/** What a person agrees to who asks for news; the version is kept with the consent. */
export const UPDATES_WORDING = {
  version: '2026-11',
  text: 'Send me news about events and training by email.',
};
