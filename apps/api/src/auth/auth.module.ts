import { Module } from '@nestjs/common';
import { UserGroupsController } from './groups/user-groups.controller.js';

/** Everything below `/auth/`. */
@Module({ controllers: [UserGroupsController] })
export class AuthModule {}
