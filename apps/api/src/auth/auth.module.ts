import { Module } from '@nestjs/common';
import { CurrentUserController } from './current-user/current-user.controller.js';
import { UserGroupsController } from './groups/user-groups.controller.js';
import { LogInController } from './tokens/log-in.controller.js';
import { LogOutController } from './tokens/log-out.controller.js';
import { UsersController } from './users/users.controller.js';

/** Log-in by password. A module of its own, because it is left out where it is disabled. */
@Module({ controllers: [LogInController] })
export class PasswordLogInModule {}

/** Everything else below `/auth/`. */
@Module({ controllers: [LogOutController, UsersController, CurrentUserController, UserGroupsController] })
export class AuthModule {}
