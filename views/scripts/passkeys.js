import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';

const CEREMONIES = { add: startRegistration, show: startAuthentication };

const WORDS = {
  InvalidStateError: 'This device has a passkey of yours already.',
  NotAllowedError: 'Nothing has happened: it was stopped or took too long. Try again when you are ready.',
};

/** Makes forms whose answer comes from a passkey work, where the browser can. */
export function offerPasskeys(root) {
  for (const form of root.querySelectorAll('[data-module="ws-passkey"]')) {
    const part = (name) => form.querySelector(`[data-passkey="${name}"]`);
    if (!browserSupportsWebAuthn()) {
      part('note').textContent =
        'This browser can’t use passkeys. The authenticator app works in every browser.';
      continue;
    }
    part('note').hidden = true;
    part('controls').hidden = false;
    form.elements.credential.value = '';
    let busy = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      part('said').textContent = 'Follow what your device says.';
      try {
        await answer(form);
      } catch (error) {
        busy = false;
        part('said').textContent = WORDS[error.name] ?? 'That did not work. Try again.';
      }
    });
  }
}

async function answer(form) {
  const { challenge, ceremony } = form.dataset;
  const response = await fetch(challenge, { method: 'POST' });
  // Something else has to be done first, such as to sign in again: there it says so.
  if (response.redirected) return location.assign(response.url);
  if (!response.ok) throw new Error(`The server answered ${response.status}`);
  const optionsJSON = await response.json();
  form.elements.credential.value = JSON.stringify(await CEREMONIES[ceremony]({ optionsJSON }));
  form.submit();
}
