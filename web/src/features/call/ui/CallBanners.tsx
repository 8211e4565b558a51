import { useEffect, useState } from 'react';
import { NO_TELEPHONY } from '@/shared/api/codes';
import { canTalk, missingDevices, usePlugged, watchDevices } from '@/shared/lib/devices';
import { CodeBanner } from '@/shared/ui/Banner';
import { CodeWindow } from '@/shared/ui/DecisionWindow';
import { usePhone } from '../live/softphone';

/** What stands in the way of calls: poor quality, devices that are not there (V-45, V-46, X-1). */
export function CallBanners() {
  useEffect(watchDevices, []);
  const missing = usePlugged(missingDevices);
  const poor = usePhone((phone) => Object.values(phone.legs).some((leg) => leg.bad));
  return (
    <>
      {poor && <Condition code="PAR-3008" />}
      {missing && <Condition key={missing} code={missing} />}
      {!canTalk() && <NoTelephony />}
    </>
  );
}

/** Shown while something holds; closed by hand it stays away until it holds anew. */
function Condition({ code }: { code: string }) {
  const [hidden, setHidden] = useState(false);
  return hidden ? null : <CodeBanner code={code} onClose={() => setHidden(true)} />;
}

const TOLD = 'parley.told-no-telephony';

/** Said once in a tab: the browser, or the address without encryption, has no telephony. */
function NoTelephony() {
  const [opened, setOpened] = useState(() => sessionStorage.getItem(TOLD) === null);
  const close = () => {
    sessionStorage.setItem(TOLD, '1');
    setOpened(false);
  };
  return <CodeWindow error={NO_TELEPHONY} opened={opened} onClose={close} />;
}
