import { createFileRoute } from '@tanstack/react-router';
import { Shell } from '@/shared/ui/shell/Shell';

export const Route = createFileRoute('/agentdesktop')({ component: AgentDesktop });

function AgentDesktop() {
  return <Shell statusBar={null} rail={null} main={null} />;
}
