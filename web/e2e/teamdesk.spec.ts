// What a team's settings do at its agents' desks.

import { type Person, test } from './agent';
import { expect } from './fixture';
import { deliver, mailService } from './mailing';
import { photo } from './photo';

/** Changes the demo's team. */
async function setTeam(admin: Person, change: object): Promise<void> {
  const team = (await admin.call('GET', '/api/teams')).items[0];
  await admin.call('PUT', `/api/teams/${team.id}`, { version: team.version, ...change });
}

/** Where it is about noon: nothing of the day is cut off by a midnight. */
function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

test('[M-14/break-budget] [M-3/break-budget] [M-3/home-figures] [D-10] Home tells what is used and left of breaks, marks what is over, and shows the team’s figures', async ({
  admin,
  ready,
  server,
}) => {
  const settings = await admin.call('GET', '/api/settings');
  await admin.call('PUT', '/api/settings', { version: settings.version, timeZone: noonZone() });
  await setTeam(admin, { breakBudgetMinutes: 60, homeFigures: ['handled', 'missed'] });
  const reasons = (await admin.call('GET', '/api/reasons')).items as {
    id: string;
    name: { ru: string };
    version: number;
  }[];
  const lunch = reasons.find((one) => one.name.ru === 'Обед');
  await admin.call('PUT', `/api/reasons/${lunch?.id}`, { version: lunch?.version, dailyMinutes: 10 });

  const anna = await ready('anna');
  await anna.choose('Обед');
  await expect(anna.state()).toContainText('Обед');
  await anna.choose('Готов');
  await expect(anna.state()).toContainText('Готов');
  await server.stop();
  server.sql(
    `UPDATE agent_spans SET started_at = started_at - 900000 WHERE reason_id = '${lunch?.id}' AND ended_at > 0`,
  );
  await server.start();
  await anna.page.reload();
  await expect(anna.state()).toBeVisible();

  const home = anna.page.getByRole('region', { name: 'Время на перерыв' });
  await expect(home).toContainText(/Использовано сегодня\s*15:\d\d/);
  await expect(home).toContainText(/Осталось\s*4\d:\d\d/);
  const one = home.getByRole('listitem').filter({ hasText: 'Обед' });
  await expect(one).toContainText(/15:\d\d из 10:00/);
  await expect(one).toContainText(/Сверх нормы\s*0?5:\d\d/);
  await expect(home.getByRole('listitem').filter({ hasText: 'Перерыв' })).toContainText(/Осталось\s*30:00/);
  const figures = anna.page.getByRole('table').getByRole('rowheader');
  await expect(figures).toHaveText(['Обработано', 'Не принято']);
  await photo(anna.page, 'home');

  // Beside the reason while it is chosen, and from the next change on.
  await anna.state().click();
  await expect(anna.page.getByRole('menuitem', { name: 'Обед' })).toContainText('сверх на 5 мин');
  await expect(anna.page.getByRole('menuitem', { name: 'Перерыв' })).toContainText('ещё 30 мин');
  await photo(anna.page, 'menu');
  await anna.page.keyboard.press('Escape');
  await setTeam(admin, { breakBudgetMinutes: 12, homeFigures: [] });
  await expect(home).toContainText(/Сверх нормы\s*0?3:\d\d/);
  await expect(figures).toHaveCount(8);
});

test('[M-3/sounds] an offer, a message and a mail sound where the team wants it, from the change on', async ({
  admin,
  open,
  server,
}) => {
  const sounds = (change: object) =>
    setTeam(admin, { sounds: { offer: false, message: false, email: false, ...change } });
  await mailService(admin, 'shop@parley.test', { push: true });
  await sounds({});
  const anna = await open('anna');
  await anna.page.addInitScript(() => {
    const strike = AudioContext.prototype.createOscillator;
    Object.assign(window, { bells: 0 });
    AudioContext.prototype.createOscillator = function () {
      (window as unknown as { bells: number }).bells += 1;
      return strike.call(this);
    };
  });
  await anna.page.reload();
  await anna.signIn('anna');
  await anna.startShift();
  await anna.choose('Готов');
  const bells = () => anna.page.evaluate(() => (window as unknown as { bells: number }).bells);

  const maria = server.visitor();
  await maria.begin('Мария', 'Здравствуйте');
  await expect(anna.offer()).toBeVisible();
  expect(await bells()).toBe(0);
  await sounds({ offer: true });
  await expect.poll(bells).toBeGreaterThan(0);
  await anna.accept();

  // The second chat takes the focus: Maria's next message is out of it.
  await sounds({});
  const oleg = server.visitor();
  await oleg.begin('Олег', 'Добрый день');
  await anna.offer().getByRole('button', { name: 'Открыть' }).click();
  await expect(anna.log()).toContainText('Добрый день');
  const before = await bells();
  await maria.say('Вы здесь?');
  await expect(anna.rows().filter({ hasText: 'Вы здесь?' })).toBeVisible();
  expect(await bells()).toBe(before);
  await sounds({ message: true });
  await expect
    .poll(async () => {
      await maria.say('Ау');
      return bells();
    })
    .toBeGreaterThan(before);

  await oleg.end();
  await maria.end();
  for (const row of [2, 1]) {
    await anna.rows().first().click();
    await anna.outcome().getByRole('combobox').click();
    await anna.page.getByRole('option').first().click();
    await anna.finish();
    await expect(anna.rows()).toHaveCount(row - 1);
  }
  await sounds({ offer: true, message: true });
  await deliver(server.smtp, 'shop@parley.test', { from: 'vera@example.org', subject: 'Счёт', text: 'Где?' });
  await expect(anna.page.getByRole('region', { name: /^Письмо: / })).toBeVisible();
  const silent = await bells();
  await sounds({ email: true });
  await expect.poll(bells).toBeGreaterThan(silent);
});
