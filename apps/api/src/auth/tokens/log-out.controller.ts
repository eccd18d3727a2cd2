import { Controller } from '@nestjs/common';
import { empty, Endpoint } from '../../http/index.js';

/** Log-out. It revokes nothing: tokens have no state, and fractal-web uses its token afterwards (contract: auth-admin 3.1, 12.1). */
@Controller()
export class LogOutController {
  @Endpoint({
    method: 'POST',
    path: '/auth/token/logout/',
    access: 'active',
    tag: 'Authentication',
    operation: 'auth_bearer_jwt_logout',
    summary: 'Log out',
    answer: empty(204),
  })
  async logOut(): Promise<void> {}
}
