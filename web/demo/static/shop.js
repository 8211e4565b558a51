// What the shop itself does: a basket that counts, a filter that changes the
// address without a load, its own buttons that open the chat or call, and a shortcut.
const count = () => Number(localStorage.getItem('shop:basket') || 0);
const show = () => {
  for (const el of document.querySelectorAll('[data-cart]')) el.textContent = String(count());
};

function filter(kind) {
  for (const b of document.querySelectorAll('[data-filter]')) {
    b.setAttribute('aria-pressed', String(b.dataset.filter === kind));
  }
  for (const g of document.querySelectorAll('[data-kind]')) g.hidden = kind !== '' && g.dataset.kind !== kind;
}

const chosen = () => new URLSearchParams(location.search).get('kind') ?? '';

document.addEventListener('click', (e) => {
  const b = e.target.closest?.('[data-add], [data-filter], [data-chat], [data-call]');
  if (!b) return;
  if (b.matches('[data-add]')) {
    localStorage.setItem('shop:basket', String(count() + 1));
    show();
  } else if (b.matches('[data-filter]')) {
    const kind = b.dataset.filter;
    history.pushState({}, '', kind ? `?kind=${kind}` : location.pathname);
    filter(kind);
  } else if (b.matches('[data-call]')) {
    window.ParleyCall?.call();
  } else {
    window.Parley?.open();
  }
});
addEventListener('popstate', () => filter(chosen()));
// Many sites have such shortcuts; none may fire while somebody writes in the chat.
addEventListener('keydown', (e) => {
  if (e.key === '/' && !e.target.closest?.('input, textarea')) {
    e.preventDefault();
    location.href = document.documentElement.lang === 'en' ? '/en/catalogue' : '/catalogue';
  }
});
show();
filter(chosen());
