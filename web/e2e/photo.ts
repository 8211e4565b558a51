import type { Page } from '@playwright/test';

/** Takes pictures for people to look at, where PARLEY_PHOTOS names a folder for them: at three widths, and in the dark. */
export async function photo(page: Page, name: string): Promise<void> {
  const folder = process.env.PARLEY_PHOTOS;
  if (!folder) return;
  const before = page.viewportSize();
  for (const width of [1920, 1280, 900]) {
    await page.setViewportSize({ width, height: width === 1920 ? 1080 : 800 });
    await page.screenshot({ path: `${folder}/${name}-${width}.png` });
  }
  if (before) await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: `${folder}/${name}-dark.png` });
  await page.emulateMedia({ colorScheme: 'light' });
}
