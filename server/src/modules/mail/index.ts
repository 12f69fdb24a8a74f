// Mail: an outbox, the job that empties it, and what the operator sees of it. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { sendMail } from './jobs.ts';
import { permissions } from './model.ts';
import { listRoute, showRoute } from './routes.ts';

export { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from './outbox.ts';
export { lookAtMail } from './queries.ts';

export const mail = defineModule({
  name: 'mail',
  permissions,
  routes: [listRoute, showRoute],
  jobs: [sendMail],
});
