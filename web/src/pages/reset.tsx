import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useReasons } from '@/features/admin/ui/reasons';
import { ResetPassword } from '@/features/signin/ui/ResetPassword';
import { wordsOf } from '@/shared/i18n/i18n';

// What is wrong with a password is said in the words of the administration.
export const Route = createFileRoute('/reset')({ loader: () => wordsOf('admin'), component: Reset });

function Reset() {
  const navigate = useNavigate();
  const reason = useReasons();
  // The token stands behind the #, which no server and no other site is sent.
  const [token] = useState(() => location.hash.slice(1));
  const done = () => void navigate({ to: '/login', replace: true });
  return <ResetPassword token={token} reason={reason} onDone={done} />;
}
