import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { ImagesController } from './images.controller.js';
import { ImageLists } from './list-images.js';

/** The images of a dataset. */
@Module({ imports: [ProjectsModule], controllers: [ImagesController], providers: [ImageLists], exports: [ImageLists] })
export class ImagesModule {}
