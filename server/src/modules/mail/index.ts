// Mail: an outbox, the job that empties it, and what the operator sees of it. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { sendMail } from './jobs.ts';
import { errors, permissions } from './model.ts';
import { issueLink, listByLink, readByLink } from './reading-routes.ts';
import { listRoute, showRoute } from './routes.ts';

export { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from './outbox.ts';
export { lookAtMail } from './queries.ts';

export const mail = defineModule({
  name: 'mail',
  permissions,
  errors,
  routes: [listRoute, showRoute, issueLink, listByLink, readByLink],
  jobs: [sendMail],
});
