// One line a service. This file and feed.ts are the only ones that import them.
export { aiService } from "@newfeed/ai-service/service.ts";
export { authService } from "@newfeed/auth-service/service.ts";
export { commentService } from "@newfeed/comment-service/service.ts";
export { deliveryService } from "@newfeed/delivery-service/service.ts";
export { eventService } from "@newfeed/event-service/service.ts";
export { mediaService } from "@newfeed/media-service/service.ts";
export { moderationService } from "@newfeed/moderation-service/service.ts";
export { notificationService } from "@newfeed/notification-service/service.ts";
export { postService } from "@newfeed/post-service/service.ts";
export { queryService } from "@newfeed/query-service/service.ts";
export { userService } from "@newfeed/user-service/service.ts";
