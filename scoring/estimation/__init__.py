"""Raw outcomes -> an effect with its variance, its checks and its paragraph, one file a design."""
