import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ResetPassword } from '@/features/signin/ui/ResetPassword';

export const Route = createFileRoute('/reset')({ component: Reset });

// The token stands behind the #, which no server and no other site is sent.
function Reset() {
  const navigate = useNavigate();
  const [token] = useState(() => location.hash.slice(1));
  return <ResetPassword token={token} onDone={() => void navigate({ to: '/login', replace: true })} />;
}
