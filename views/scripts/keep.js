/** Shows buttons that print a page or copy what stands in an element, where the browser can. */
export function offerKeeping(root) {
  for (const box of root.querySelectorAll('[data-module="ws-keep"]')) {
    const part = (name) => box.querySelector(`[data-keep-by="${name}"]`);
    const text = () =>
      Array.from(root.getElementById(box.dataset.keep).children, (one) => one.textContent).join('\n');
    part('print').hidden = false;
    part('print').addEventListener('click', () => print());
    if (!navigator.clipboard) continue;
    part('copy').hidden = false;
    part('copy').addEventListener('click', async () => {
      const copied = await navigator.clipboard.writeText(text()).then(
        () => true,
        () => false,
      );
      part('said').textContent = copied
        ? 'Copied'
        : 'Your browser did not copy them. Select and copy them yourself';
    });
  }
}
