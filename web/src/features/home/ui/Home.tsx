import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dayQuery } from '@/shared/api/day';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { BreakTime } from './BreakTime';
import { Dispositions } from './Dispositions';
import classes from './home.module.css';
import { MyFigures } from './MyFigures';
import { Welcome } from './Welcome';

/** Home: my day in figures, and the team's start page when it has one (D-10). */
export function Home() {
  const { t } = useTranslation('home');
  const home = useQuery(dayQuery);
  if (home.isPending) return <LoadingState rows={8} />;
  if (home.isError) return <ErrorState error={home.error} onRetry={() => void home.refetch()} />;
  const day = home.data;
  const mine = (
    <div className={classes.blocks}>
      <BreakTime used={day.breakUsedMs} budget={day.breakBudgetMs} reasons={day.reasons ?? []} />
      <Dispositions list={day.dispositions ?? []} />
      <MyFigures mine={day.mine} team={day.team} members={day.members} chosen={day.figures ?? []} />
    </div>
  );
  if (!day.startPage) {
    return (
      <div className={classes.page}>
        <h2 className={classes.title}>{t('mine')}</h2>
        {mine}
      </div>
    );
  }
  return (
    <Tabs defaultValue="mine" className={classes.page} keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="mine">{t('mine')}</Tabs.Tab>
        <Tabs.Tab value="welcome">{t('welcome')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="mine">{mine}</Tabs.Panel>
      <Tabs.Panel value="welcome" className={classes.welcome}>
        <Welcome url={day.startPage} />
      </Tabs.Panel>
    </Tabs>
  );
}
