"""A small transformer that learns to add up digits modulo ten, written out and by nn's layers."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(6)
B, T, C, heads, vocabulary = 16, 8, 16, 4, 10


class CausalSelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_attn = nn.Linear(C, 3 * C)
        self.c_proj = nn.Linear(C, C)
        self.register_buffer("mask", torch.tril(torch.ones(T, T)).view(1, 1, T, T))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(C, dim=2)
        k = k.view(B, T, heads, C // heads).transpose(1, 2)  # (B, nh, T, hs)
        q = q.view(B, T, heads, C // heads).transpose(1, 2)
        v = v.view(B, T, heads, C // heads).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
        y = F.softmax(att, dim=-1) @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(B, T, C))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.attn = CausalSelfAttention()
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(C, 4 * C), "act": nn.GELU(), "c_proj": nn.Linear(4 * C, C)})

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        m = self.mlp
        return x + m["c_proj"](m["act"](m["c_fc"](self.ln_2(x))))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocabulary, C), nn.Embedding(T, C)
        self.h = nn.ModuleList([Block() for _ in range(2)])
        self.ln_f = nn.LayerNorm(C)
        self.lm_head = nn.Linear(C, vocabulary, bias=False)
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.1)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)

    def forward(self, idx, targets=None):
        x = self.wte(idx) + self.wpe(torch.arange(idx.size(1), device=idx.device))
        for block in self.h:
            x = block(x)
        logits = self.lm_head(self.ln_f(x))
        loss = None if targets is None else F.cross_entropy(logits.view(-1, vocabulary), targets.view(-1))
        return logits, loss


model = GPT()
print(sum(p.numel() for p in model.parameters()), len(model.state_dict()))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)
for step in range(20):
    digits = torch.randint(0, 10, (B, T))
    targets = digits.cumsum(1) % 10
    _, loss = model(digits, targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    scheduler.step()
    if step % 5 == 4:
        print(f"{step + 1} loss {loss.item():.4f} norm {norm.item():.3f} lr {scheduler.get_last_lr()[0]:.5f}")

layer = nn.TransformerEncoderLayer(d_model=C, nhead=heads, dim_feedforward=32, dropout=0.0, batch_first=True)
encoder = nn.TransformerEncoder(layer, num_layers=2)
encoder.eval()
out = encoder(torch.randn(2, T, C))
print(out.shape, f"{out.std().item():.3f}")
attention = nn.MultiheadAttention(C, heads, batch_first=True)
query = torch.randn(2, T, C)
out, weights = attention(query, query, query)
print(out.shape, weights.shape, f"{weights.sum(-1).mean().item():.4f}")
