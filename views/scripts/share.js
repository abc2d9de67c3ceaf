/** Shows the share buttons where the browser can share or copy; a click says what has happened. */
export function offerSharing(root) {
  if (!navigator.share && !navigator.clipboard) return;
  for (const button of root.querySelectorAll('[data-module="ws-share"]')) {
    button.hidden = false;
    button.addEventListener('click', () => share(button));
  }
}

async function share(button) {
  const { shareTitle: title, shareUrl: url } = button.dataset;
  const said = button.parentElement.querySelector('.ws-share__said');
  try {
    if (navigator.share) return await navigator.share({ title, url });
    await navigator.clipboard.writeText(url);
    said.textContent = 'Link copied';
  } catch (error) {
    if (error.name !== 'AbortError') said.textContent = `Copy this link: ${url}`;
  }
}
