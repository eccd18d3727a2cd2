import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { ImageChecksController } from './image-checks.controller.js';
import { ImageEditor } from './image-editor.js';
import { ImagesController } from './images.controller.js';
import { ImageLists } from './list-images.js';

/** The images of a dataset. */
@Module({
  imports: [ProjectsModule],
  controllers: [ImageChecksController, ImagesController],
  providers: [ImageEditor, ImageLists],
  exports: [ImageLists],
})
export class ImagesModule {}
