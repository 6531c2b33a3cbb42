ALTER TABLE "artifacts" ADD COLUMN "attestation" jsonb;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "origin" text DEFAULT 'server' NOT NULL;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "verification" text;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "verification_problem" text;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "differences" jsonb;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "verified_at" bigint;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "active_before" uuid;--> statement-breakpoint
ALTER TABLE "preview_builds" ADD COLUMN "publishing" text;