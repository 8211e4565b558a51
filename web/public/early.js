// Runs before the first paint, so that a dark desktop never flashes white.
(() => {
  const root = document.documentElement;
  let look = {};
  try {
    look = JSON.parse(localStorage.getItem('parley.look') || '{}').state || {};
  } catch {
    // A broken or forbidden store: the defaults do.
  }
  const dark =
    look.scheme === 'dark' || (look.scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.mantineColorScheme = dark ? 'dark' : 'light';
  root.dataset.textSize = look.textSize || 'normal';
  root.dataset.density = look.density || 'normal';
})();
