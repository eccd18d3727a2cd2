import { Module } from '@nestjs/common';
import { cleanEnvironment, LocalHost } from '@fractal-server/hosts';
import { CollectCustomController } from './custom/collect-custom.controller.js';
import { CollectPipController } from './pip/collect-pip.controller.js';

/** Task collection. The API decides and looks; environments are built by workers. */
@Module({
  controllers: [CollectPipController, CollectCustomController],
  providers: [{ provide: LocalHost, useFactory: () => new LocalHost(cleanEnvironment(process.env)) }],
})
export class CollectionModule {}
